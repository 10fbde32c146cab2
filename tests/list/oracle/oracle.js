// A list and the same rows all in a document. Each step is done to both; then the list must show what
// the document of all rows shows at the place where the step should have taken it.
//
// Where that is, no browser tells: with `overflow-anchor: none` a plain scroller keeps its number and
// lets the rows jump. So each step claims it:
//   "stays"  a row that was in view and is still there has not moved (after splices, resizes, late
//            sizes; with a row that is held, or an end that is followed, that one)
//   "moves"  the rows moved as those of the plain scroller did (wheel, keys, scrolling)
//   "returns" as "stays"; in a window, to the list and not to what is before it
//   a number the scroller of all rows would stand there (scrollToIndex)
//   "free"   anywhere: a thumb dragged past rows that are not measured
//   "other"  anywhere: other data
// to one px: browsers set scrollers to whole px.
import { allPlaces, look, lookAtMasonry } from "./compare.js";
import { isHeader, renderer } from "./rows.js";
import { openSide } from "./side.js";

const tolerance = 1;
/** Frames after which something that still changes is an endless loop. */
const most = 900;

/** @typedef {"stays" | "returns" | "moves" | "free" | "other" | number} Claim */

/** Whether it is of a motion, which ends what was held. @param {Claim} claim */
const ofMotion = (claim) => typeof claim === "number" || claim === "moves" || claim === "free";

export class Oracle {
  /** @type {any[]} the data as it should be */
  items = [];
  /** Rows of all items, by item. @type {Map<any, HTMLElement>} */
  elements = new Map();
  /** The row that scrollToIndex, restoreState or an end holds. @type {{ item: any, align?: string, px?: number } | undefined} */
  held;
  /** Of the step: the row that takes the place of one that is removed. @type {Map<any, any>} */
  heirs = new Map();
  /** The item whose row has the focus. @type {any} */
  focused;
  /** Whether it stands elsewhere than the model: what it holds is not known until it is moved. */
  lost = false;
  /** Requests of pages that are not answered. */
  waiting = 0;

  /** @param {import("./surroundings.js").Surrounding} surrounding */
  constructor(surrounding) {
    this.surrounding = surrounding;
    this.masonry = "masonry" in (surrounding.attributes ?? {});
    this.render = renderer(surrounding);
  }

  /** @param {any[]} items */
  async open(items) {
    this.all = await openSide(this.surrounding, false);
    this.list = await openSide(this.surrounding, true);
    const { host } = this.list;
    host.renderItem = this.render;
    if (this.surrounding.headers) host.isHeader = isHeader;
    this.setItems(items);
    // The parts of a list load when they are used first.
    host.scrollToIndex(20, { behavior: "smooth" });
    host.saveState();
    await this.until(() => host.range.end > 0 && (this.list.moved || this.list.most < 1));
    await this.settle();
    host.scrollToIndex(0);
    this.list.scrollTo(0);
    await this.settle();
    const sticks = "stick-to-end" in (this.surrounding.attributes ?? {});
    if (sticks) host.scrollToIndex(items.length - 1);
    this.held = { item: sticks ? items.at(-1) : items[0], align: "start" };
    await this.settle();
    this.before = this.look();
    return this.before.problems;
  }

  /** Replaces the data in both. @param {any[]} items */
  setItems(items) {
    this.items = items;
    const { host } = this.list;
    if (this.surrounding.source) host.source = this.source();
    else host.items = [...items];
    this.all.host.replaceChildren(...items.map((item) => this.element(item)));
  }

  source() {
    return {
      length: this.items.length,
      getRange: async (start, end) => {
        this.waiting++;
        await new Promise((resolve) => setTimeout(resolve));
        this.waiting--;
        return this.items.slice(start, end);
      },
    };
  }

  /** Its row among all rows. @param {any} item */
  element(item) {
    let element = this.elements.get(item);
    if (!element) {
      element = this.all.document.createElement("div");
      this.elements.set(item, element);
      this.all.host.append(element);
      this.render(item, 0, element);
    }
    return element;
  }

  /**
   * Notes which rows take the place of those that a splice removes: of the held one, too, if others are
   * inserted for it. Else nothing is held any more.
   * @param {any[]} next the data after the splice
   * @param {number} at @param {number} removed @param {number} inserted
   */
  follow(next, at, removed, inserted) {
    for (let i = 0; i < removed; i++) {
      const item = next[Math.min(at + Math.min(i, inserted), next.length - 1)];
      this.heirs.set(this.items[at + i], item);
    }
    if (!this.held || !this.heirs.has(this.held.item)) return;
    const heir = this.heirs.get(this.held.item);
    this.held = inserted && heir ? { ...this.held, item: heir } : undefined;
  }

  /** @param {number} at @param {number} removed @param {any[]} inserted */
  splice(at, removed, inserted) {
    const before = this.items[at + removed];
    for (const item of this.items.slice(at, at + removed)) this.elements.get(item)?.remove();
    const fresh = inserted.map((item) => this.element(item));
    const next = before ? this.element(before) : null;
    for (const element of fresh) this.all.host.insertBefore(element, next);
    const items = [...this.items.slice(0, at), ...inserted, ...this.items.slice(at + removed)];
    this.follow(items, at, removed, inserted.length);
    this.items = items;
    this.list.host.splice(at, removed, this.surrounding.source ? inserted.length : inserted);
  }

  look() {
    return this.masonry ? lookAtMasonry(this) : look(this);
  }

  /** @param {() => boolean} state @param {number} [frames] @returns {Promise<boolean>} whether it came */
  async until(state, frames = most) {
    for (let i = 0; i < frames; i++) {
      if (state()) return true;
      await frame();
    }
    return false;
  }

  /**
   * Waits until nothing has moved for some frames.
   * @param {number} [still] @returns {Promise<boolean>} false when it never ends
   */
  async settle(still = 4) {
    let last = "";
    let quiet = 0;
    for (let i = 0; i < most; i++) {
      await frame();
      const now = `${this.list.picture} ${this.all.picture}`;
      const moving = (this.list.moving || this.all.moving) && quiet < 60;
      quiet = now === last && !this.waiting ? quiet + 1 : 0;
      last = now;
      if (quiet >= still && !moving) return true;
    }
    return false;
  }

  /** Waits until a scroll that was asked for has begun in both, where it can move. */
  async begun() {
    await this.until(() => this.all.moved || this.list.moved, 20);
    if (this.all.moved || this.list.moved)
      await this.until(() => this.all.moved && this.list.moved, 60);
  }

  /**
   * @param {Claim} claim @param {number} scrolled px that the scroller of all rows moved
   * @returns {string[]} what is wrong
   */
  check(claim, scrolled) {
    const { before } = this;
    const after = this.look();
    const problems = [...after.problems];
    const allowed = this.allowed(claim, scrolled, before, after);
    this.before = after;
    const { position, far } = after;
    let off = 0;
    if (position !== undefined && allowed?.length) {
      off = Math.min(...allowed.map((px) => Math.abs(px - position)));
      if (off > tolerance) {
        const places = [...new Set(allowed.map((px) => px.toFixed(1)))].slice(0, 4).join(" or ");
        problems.push(
          `stands at ${position.toFixed(1)} (of ${far.toFixed(1)}) instead of ${places}`,
        );
        this.lost = true;
      }
    }
    if (ofMotion(claim) && off <= tolerance) this.lost = false;
    if (ofMotion(claim) && position !== undefined && before?.position !== undefined) {
      // What moves nothing ends nothing.
      if (Math.abs(position - before.position) > 0.5) this.held = undefined;
      if (position >= far - 1) this.held ??= { item: this.items.at(-1), align: "end" };
    }
    if (
      this.focused &&
      this.list.active?.closest("[data-id]")?.dataset.id !== String(this.focused.id)
    ) {
      problems.push(`row #${this.focused.id} has lost the focus`);
      this.focused = undefined;
    }
    return problems;
  }

  /** Positions at which the list may stand; undefined: any. */
  allowed(claim, scrolled, before, after) {
    const { far } = after;
    const clamp = (px) => Math.min(Math.max(px, 0), far);
    if (claim === "free" || claim === "other") return undefined;
    if (!before || before.position === undefined) return undefined;
    // Late rows are small when they are rendered again: the list ends earlier until they have grown.
    const short = this.surrounding.late && before.far - before.position < 2 * before.viewport;
    if ((this.lost || short) && !ofMotion(claim)) return undefined;
    if (this.masonry) return this.allowedInMasonry(claim, scrolled, before, after);
    if (typeof claim === "number") return [clamp(claim)];
    if (claim === "moves") {
      if (this.surrounding.free && scrolled)
        return this.all.scroll > this.all.most - 1 ? [far] : undefined;
      return [clamp(before.position + scrolled)];
    }
    const sticks = "stick-to-end" in (this.surrounding.attributes ?? {});
    if (sticks && before.position >= before.far - 1) return [far];
    const { rows, first, last } = allPlaces(this);
    const places = [];
    if (claim === "returns" && this.list.outside) {
      if (before.position < first) places.push(first);
      if (before.position > last - after.viewport) places.push(last - after.viewport);
    }
    // Where all rows in view are other ones, nothing can stay.
    const survives = before.visible.some(({ item }) => rows.has(item));
    for (const { item, start, end } of survives ? before.visible : []) {
      const now = rows.get(item);
      const heir = rows.get(this.heirs.get(item));
      if (now) places.push(now.start - start, now.end - end);
      if (heir) places.push(heir.start - start); // and if it moved elsewhere
    }
    const { item, align, px = 0 } = this.held ?? {};
    if (align && rows.has(item)) places.push(this.target(this.items.indexOf(item), align));
    else if (rows.has(item)) places.push(rows.get(item).start - px);
    return places.length ? places.map(clamp) : undefined;
  }

  allowedInMasonry(claim, scrolled, before, after) {
    if (typeof claim === "number" || !before.position) return undefined;
    const { position, far, viewport } = after;
    const by = claim === "moves" ? scrolled : 0;
    if (position < 1 || position > far - 1) return undefined;
    if (by && this.surrounding.free && Math.abs(by) > before.viewport / 2) return undefined;
    const now = new Map(after.visible.map((row) => [row.item, row]));
    const moves = before.visible.flatMap(({ item, start }) => {
      const rows = [now.get(item), now.get(this.heirs.get(item))];
      return rows.filter(Boolean).map((row) => start - row.start);
    });
    const held = this.held?.align && now.get(this.held.item);
    if (held) {
      const [start, end] = [held.start, viewport - held.end];
      const aligned = { start: [start], end: [end], center: [(end - start) / 2] };
      moves.push(...(aligned[this.held.align] ?? [start, end])); // nearest is one of both
    }
    // Where the list would stand if that row had moved as it should.
    return moves.length ? moves.map((moved) => position + by - moved) : undefined;
  }

  /** Where `scrollToIndex` brings the scroller of all rows. @param {number} index @param {string} align */
  target(index, align) {
    const { viewport } = this.list;
    const { rows, far, first, last } = allPlaces(this);
    const { start, end } = rows.get(this.items[index]);
    let covered = 0;
    if (this.surrounding.headers && !isHeader(this.items[index])) {
      const header = this.items.slice(0, index).findLast(isHeader);
      if (header) covered = rows.get(header).end - rows.get(header).start;
    }
    const from = this.all.outside ? first : 0;
    const to = this.all.outside ? last - viewport : far;
    if (align === "nearest") {
      const position = this.before?.position ?? 0;
      const [above, below] = [start - covered < position, end > position + viewport];
      if (above === below) return position;
      align = above ? "start" : "end";
    }
    let goal = (start + end - viewport - covered) / 2;
    if (align === "start") goal = index === 0 ? from : start - covered;
    if (align === "end") goal = index === this.items.length - 1 ? to : end - viewport;
    return Math.min(Math.max(goal, from), Math.max(to, from));
  }
}

/** The end of a frame: after layout, observers and paint. */
export const frame = () =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
