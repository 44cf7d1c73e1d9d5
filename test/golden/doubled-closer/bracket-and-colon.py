class View:
    def get(«self, request¦):»):
