/** OpenQASM texts by name. @type {Record<string, string>} */
export const examples = {
  "Bell pair": `OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q;
bit[2] c;
h q[0];
cx q[0], q[1];
c = measure q;
`,
  Teleportation: `OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
bit[3] c;
// the state to send
ry(pi / 3) q[0];
// a pair, half of it at the receiver
h q[1];
cx q[1], q[2];
cx q[0], q[1];
h q[0];
c[0] = measure q[0];
c[1] = measure q[1];
if (c[1]) x q[2];
if (c[0]) z q[2];
c[2] = measure q[2];
`,
  "Fourier transform": `OPENQASM 3.0;
include "stdgates.inc";
gate qft a, b, c {
  h c;
  cp(pi / 2) b, c;
  cp(pi / 4) a, c;
  h b;
  cp(pi / 2) a, b;
  h a;
  swap a, c;
}
qubit[3] q;
x q[0];
qft q[0], q[1], q[2];
`,
  "GHZ, version 2": `OPENQASM 2.0;
include "qelib1.inc";
qreg q[5];
creg c[5];
h q[0];
cx q[0],q[1];
cx q[1],q[2];
cx q[2],q[3];
cx q[3],q[4];
barrier q;
measure q -> c;
`,
};
