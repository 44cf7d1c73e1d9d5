import { serve } from './transport/serve';

serve();
