customElements.define(
  "x-loaded",
  class extends HTMLElement {
    connectedCallback() {
      this.textContent = "loaded";
    }
  },
);
