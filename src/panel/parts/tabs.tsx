import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

/** A view that a tab shows. */
export interface View {
  readonly id: string;
  readonly title: string;
  readonly show: () => ComponentChildren;
}

interface TabsProps {
  readonly views: readonly View[];
  /** Id of the view that is shown. */
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

/**
 * Views of which one is shown, worked as the ARIA Authoring Practices say of tabs. What was shown once stays in the
 * page, so that it keeps what the user has typed and chosen there.
 */
export function Tabs({ views, chosen, choose }: TabsProps) {
  const drawn = useRef(new Map<string, ComponentChildren>()).current;
  const current = views.find(({ id }) => id === chosen) ?? views[0];
  if (current === undefined) {
    return null;
  }
  drawn.set(current.id, current.show());
  return (
    <>
      {views.length > 1 && <TabList views={views} current={current} choose={choose} />}
      {views
        .filter(({ id }) => drawn.has(id))
        .map(({ id }) => (
          <div
            key={id}
            class="view"
            role="tabpanel"
            id={`view-${id}`}
            aria-labelledby={`tab-${id}`}
            hidden={id !== current.id}
          >
            {drawn.get(id)}
          </div>
        ))}
    </>
  );
}

function TabList({ views, current, choose }: Omit<TabsProps, 'chosen'> & { readonly current: View }) {
  const list = useRef<HTMLDivElement>(null);
  const go = (index: number) => {
    const view = views.at(index % views.length)!;
    choose(view.id);
    list.current?.querySelector<HTMLElement>(`#tab-${view.id}`)?.focus();
  };
  const at = views.indexOf(current);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => go(at - 1),
    ArrowRight: () => go(at + 1),
    Home: () => go(0),
    End: () => go(-1),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  };
  return (
    <div id="views" role="tablist" aria-label="Views" ref={list} onKeyDown={onKeyDown}>
      {views.map(({ id, title }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          aria-selected={id === current.id}
          aria-controls={`view-${id}`}
          tabIndex={id === current.id ? 0 : -1}
          onClick={() => choose(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
