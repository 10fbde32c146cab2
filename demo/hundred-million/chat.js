const people = ["Ana", "Ben", "Chi", "Dara"];
const sentences = [
  "A common swift can stay in the air for ten months without landing once.",
  "They sleep up there?",
  "They eat, drink, mate and sleep on the wing.",
  "Apus means without feet. They have feet, only very short ones, and no use for the ground.",
  "One was clocked at 111 km/h in level flight.",
  "Ha!",
  "The young leave the nest and are off to Africa, alone, often on the very same day.",
  "They look like small anchors in the sky, or like a bow without its arrow.",
  "When it rains for days they fly around the whole weather system to find insects, hundreds of kilometres, and come back.",
  "And the chicks?",
  "They wait: they can go cold and slow for days until the parents are back.",
];
const page = 40;

/**
 * A chat without a beginning: older messages are inserted above when its start
 * comes near, and the visible messages stay put.
 * @param {import("../../js/elements/list/apus-list.js").ApusList<{ who: string, text: string }>} list @param {HTMLFormElement} form
 */
export function chat(list, form) {
  let oldest = 0;
  const older = () =>
    Array.from({ length: page }, () => {
      oldest--;
      return {
        who: people[-oldest % people.length],
        text: sentences[(-oldest * 7) % sentences.length],
      };
    }).reverse();
  list.renderItem = ({ who, text }, _, row) => {
    const bubble = document.createElement("p");
    const name = document.createElement("strong");
    name.className = "who";
    name.textContent = who;
    bubble.append(name, text);
    row.className = who === "You" ? "message own" : "message";
    row.replaceChildren(bubble);
  };
  list.items = older();
  list.addEventListener("reachstart", () => list.splice(0, 0, older()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = String(new FormData(form).get("message"));
    list.splice(list.items.length, 0, [{ who: "You", text }]);
    list.scrollToIndex(list.items.length - 1, { align: "end" });
    form.reset();
  });
}
