OPENQASM 3.0;
include "stdgates.inc";
const float a = pi / 2;
gate rzz(a) q, r { cx q, r; rz(a) r; cx q, r; }
gate g(x, y) q, r { ctrl @ rx(x + 2 ** y) q, r; inv @ s q; gphase(x); }
qubit[3] q;
bit[2] c;
bit d = measure q[0];
h q;
g(a, -1.5e-1) q[0], q[1];
negctrl(2) @ pow(-2) @ t q[0], q[1], q[2];
if (c == 2) x q[0];
if (d) { rzz(sin(1)) q[0], q[2]; } else { y q[0]; }
c[0] = measure q[1];
reset q[0];
barrier q;
