/** Whether arrow keys move the focus into the list's rows. @param {HTMLElement} host */
export const roves = (host) => host.matches("[role=listbox],[role=feed],[reorder],[selection]");
