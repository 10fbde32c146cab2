import { sheet } from "../base.js";

export const style = sheet(`
  :host { display: block }
  :host([hidden]), [hidden] { display: none }
  [part=frame] { position: relative; overflow: hidden }
  canvas, img {
    position: absolute; inset: 0; inline-size: 100%; block-size: 100%;
    object-fit: var(--apus-image-fit, cover);
  }
  .free img { position: static; block-size: auto; display: block }
  img { opacity: 0 }
  .loaded img { opacity: 1 }
  @media (prefers-reduced-motion: no-preference) {
    .loaded img { transition: opacity var(--apus-image-fade, .25s) }
  }
  .failed img, .failed canvas { display: none }
  [part=error]:not([hidden]) {
    display: grid; place-content: safe center; justify-items: center; gap: .6em; text-align: center;
    position: absolute; inset: 0; overflow: auto;
    box-sizing: border-box; padding: .75em; border-radius: 8px;
    background: color-mix(in srgb, CanvasText 5%, Canvas); color: CanvasText;
    border: 1px solid color-mix(in srgb, currentColor 20%, transparent);
  }
  .free [part=error]:not([hidden]) { position: static }
  p { margin: 0; overflow-wrap: anywhere }
  button {
    font: inherit; color: inherit; background: Canvas; cursor: pointer;
    padding: .4em .9em; min-block-size: 2.2em; border-radius: 8px;
    border: 1px solid color-mix(in srgb, currentColor 50%, transparent);
  }
  button[aria-disabled] { opacity: .5; cursor: progress }
  button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
`);
