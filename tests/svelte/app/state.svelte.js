const items = Array.from({ length: 10_000 }, (_, id) => ({ id, name: `City ${id}` }));

class State {
  shown = $state(true);
  stick = $state(false);
  label = $state("a");
  selection = $state();
  items = $state.raw(items);
  deep = $state([]);
  useDeep = $state(false);
}

export const view = new State();
