import { sheet } from "./base.js";

/** The list's own style; rows are styled by the page. */
export const styles = sheet(`
:host{display:block;overflow:auto;overflow-anchor:none;contain:strict;position:relative}
:host([hidden]){display:none}
#content{position:relative;contain:size layout style}
#rows{position:absolute;inset-inline:0;top:0;contain:layout style}
::slotted(*){contain:layout style;margin-block:0!important;flex:none}
`);
