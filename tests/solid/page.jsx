// A page that a server renders and the browser hydrates.
import { List } from "apus/solid";
import { createSignal } from "solid-js";

const cities = Array.from({ length: 500 }, (_, i) => ({ id: i, name: `City <${i}>` }));

export function Page(props) {
  const [clicks, setClicks] = createSignal(0);
  return (
    <main>
      <List
        each={cities}
        keyOf={(city) => city.id}
        aria-label="Cities"
        stickToEnd={false}
        gap={2}
        initialCount={15}
      >
        {(city, index) => {
          props.onRow?.(index());
          return (
            <p>
              {index()}: {city().name}
            </p>
          );
        }}
      </List>
      <button type="button" id="after" onClick={() => setClicks(clicks() + 1)}>
        {clicks()} clicks
      </button>
    </main>
  );
}
