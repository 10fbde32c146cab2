// One of the two documents: the list's, or the one with all rows. Each has a frame of its own, so that
// both may scroll their window, show a dialog or lose the focus.

/** @typedef {import("./surroundings.js").Surrounding} Surrounding */

/** @param {Surrounding} surrounding @param {boolean} list whether it is the list's */
export async function openSide(surrounding, list) {
  const frame = document.createElement("iframe");
  const scripts = list ? '<script type="module" src="/apus/define.js"></script>' : "";
  frame.srcdoc = `<!doctype html><meta charset="utf-8" />
    <link rel="stylesheet" href="/tests/list/oracle/frame.css" />${scripts}<body></body>`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  const side = new Side(frame, surrounding, list);
  await side.build();
  return side;
}

export class Side {
  /** @type {HTMLElement & Record<string, any>} */
  host = /** @type {any} */ (undefined);
  /** Whether the scroller moved since `mark()`, and whether it is moving. */
  moved = false;
  moving = false;

  /** @param {HTMLIFrameElement} frame @param {Surrounding} surrounding @param {boolean} list */
  constructor(frame, surrounding, list) {
    this.frame = frame;
    this.surrounding = surrounding;
    this.list = list;
    this.window = /** @type {Window & typeof globalThis} */ (frame.contentWindow);
    this.document = this.window.document;
    this.outside = surrounding.attributes?.scroller === "window";
    this.horizontal = surrounding.attributes?.axis === "x";
    this.rtl = surrounding.parent?.direction === "rtl";
  }

  async build() {
    const { document, surrounding, list } = this;
    const { wrap, attributes = {} } = surrounding;
    if (surrounding.rows) document.body.className = surrounding.rows;
    if (this.outside) document.documentElement.className = "scroller";
    if (list) await this.window.customElements.whenDefined("apus-list");
    const parent = document.createElement(wrap === "dialog" ? "dialog" : "div");
    Object.assign(parent.style, surrounding.parent);
    document.body.append(parent);
    if (wrap === "dialog") /** @type {HTMLDialogElement} */ (parent).showModal();
    if (wrap === "nested") parent.className = "nested";
    const root = wrap === "shadow" ? await this.#shadow(parent) : parent;
    this.host = document.createElement(list ? "apus-list" : "div");
    this.host.classList.add("host");
    Object.assign(this.host.style, surrounding.host);
    if (list) for (const name in attributes) this.host.setAttribute(name, attributes[name]);
    else this.#showAll(attributes);
    if (wrap === "between") root.append(this.#block());
    root.append(this.host);
    if (wrap === "between") root.append(this.#block());
    this.scroller = this.outside ? document.documentElement : this.host;
    const target = this.outside ? document : this.host;
    target.addEventListener("scroll", () => {
      this.moved = this.moving = true;
    });
    target.addEventListener("scrollend", () => {
      this.moving = false;
    });
  }

  /** @param {Element} parent */
  async #shadow(parent) {
    const root = parent.attachShadow({ mode: "open" });
    const link = this.document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: "/tests/list/oracle/frame.css" });
    const loaded = new Promise((resolve) => link.addEventListener("load", resolve));
    root.append(link);
    await loaded;
    return root;
  }

  #block() {
    const block = this.document.createElement("div");
    block.className = "outside";
    return block;
  }

  /** A plain scroller for all rows. @param {Record<string, string>} attributes */
  #showAll({ gap = "0", lanes, axis, masonry }) {
    const { style, classList } = this.host;
    classList.add("all");
    this.host.tabIndex = 0;
    if (lanes && masonry === undefined) {
      style.display = "grid";
      style.gridTemplateColumns = `repeat(${lanes}, minmax(0, 1fr))`;
      style.alignContent = "start";
    } else if (axis === "x" || gap !== "0") {
      style.display = "flex";
      style.flexDirection = axis === "x" ? "row" : "column";
    }
    this.setGap(gap);
    if (axis === "x") style.overflowY = "hidden";
  }

  /** @param {string} px */
  setGap(px) {
    if (this.list) this.host.setAttribute("gap", px);
    else this.host.style.gap = `${px}px`;
  }

  get viewport() {
    return this.horizontal ? this.scroller.clientWidth : this.scroller.clientHeight;
  }

  /** Px of the scroller from its start. */
  get scroll() {
    return this.horizontal ? Math.abs(this.scroller.scrollLeft) : this.scroller.scrollTop;
  }

  get most() {
    const { scroller } = this;
    if (this.horizontal) return scroller.scrollWidth - scroller.clientWidth;
    return scroller.scrollHeight - scroller.clientHeight;
  }

  /** @param {number} px @param {ScrollBehavior} [behavior] */
  scrollTo(px, behavior = "instant") {
    if (this.horizontal) this.scroller.scrollTo({ left: this.rtl ? -px : px, behavior });
    else this.scroller.scrollTo({ top: px, behavior });
  }

  /** The rows in the document that are in their place. @returns {HTMLElement[]} */
  get rows() {
    return [...this.host.children].filter(
      (row) => row instanceof this.window.HTMLElement && row.dataset.id && !("away" in row.dataset),
    );
  }

  /**
   * How to read rectangles: along the scroller's axis from the edge of its viewport, in the list's own px.
   * @returns {(element: Element) => { start: number, end: number, across: number, size: number }}
   */
  ruler() {
    const { host, horizontal, rtl, outside } = this;
    const box = host.getBoundingClientRect();
    // Scales are quarters; offsetHeight is rounded.
    const scale = Math.round((box.height / host.offsetHeight) * 4) / 4 || 1;
    const left = box.left + host.clientLeft * scale;
    const right = box.right - (box.width - (host.clientLeft + host.clientWidth) * scale);
    const top = outside ? 0 : box.top + host.clientTop * scale;
    return (element) => {
      const rect = element.getBoundingClientRect();
      const x = (rtl ? right - rect.right : rect.left - left) / scale;
      const y = (rect.top - top) / scale;
      const [width, height] = [rect.width / scale, rect.height / scale];
      if (horizontal) return { start: x, end: x + width, across: y, size: height };
      return { start: y, end: y + height, across: x, size: width };
    };
  }

  /** Forgets the moves until now. */
  mark() {
    this.moved = false;
  }

  focus() {
    this.window.focus();
    if (this.outside) /** @type {HTMLElement | null} */ (this.active)?.blur();
    else this.host.focus({ preventScroll: true });
  }

  /** The focused element, in the shadow root too. */
  get active() {
    const root = /** @type {Document | ShadowRoot} */ (this.host.getRootNode());
    return root.activeElement;
  }

  /** The middle of its visible part, px of the page. */
  get middle() {
    const frame = this.frame.getBoundingClientRect();
    const box = this.host.getBoundingClientRect();
    const between = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    return {
      x: frame.left + between(box.left, box.right, frame.width),
      y: frame.top + between(box.top, box.bottom, frame.height),
    };
  }

  /** What changes while it has not settled. */
  get picture() {
    const rule = this.ruler();
    const rows = this.list
      ? this.rows.map((row) => {
          const { start, end } = rule(row);
          return `${row.dataset.id}:${start.toFixed(2)}-${end.toFixed(2)}`;
        })
      : "";
    return `${this.scroll} ${this.most} ${rows}`;
  }
}
