import { sheet } from "./base.js";

/** The list's own style; rows are styled by the page. */
export const styles = sheet(`
:host{display:block;overflow:auto;overflow-anchor:none;contain:strict;position:relative}
:host([hidden]){display:none}
:host([scroller=window]){overflow:visible;contain:layout style}
#content{position:relative;contain:size layout style}
#rows{position:absolute;inset-inline:0;top:0;contain:layout style;gap:var(--apus-gap,0)}
:host([gap]) #rows{display:flex;flex-direction:column}
:host([axis=x]) #content{height:100%}
:host([axis=x]) #rows{inset-inline:0 auto;height:100%;display:flex;flex-direction:row}
:host([lanes]) #rows{display:grid;grid-template-columns:repeat(var(--apus-lanes),minmax(0,1fr))}
#empty[hidden]{display:none}
::slotted(*){contain:layout style;box-sizing:border-box;margin-block:0!important;flex:none}
::slotted([data-away]){position:absolute!important;inset-inline:0;top:var(--apus-away)}
`);
