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
  .failed img { display: none }
  [part=error] {
    position: relative; box-sizing: border-box; padding: .75em;
    background: Canvas; color: CanvasText; border: 1px solid;
  }
  :host(:not([hidden])) .failed:not(.free) [part=error] { min-block-size: 100%; position: absolute; inset: 0; overflow: auto }
  button {
    font: inherit; color: inherit; background: none; cursor: pointer;
    padding: .4em .9em; min-block-size: 2.2em; border: 1px solid; border-radius: .4em;
  }
  button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
`);
