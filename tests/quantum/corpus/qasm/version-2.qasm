OPENQASM 2.0;
include "qelib1.inc";
gate maj a,b,c { cx c,b; cx c,a; ccx a,b,c; }
qreg q[4]; // four
creg c[2];
creg d[2];
u3(pi/2,0,-pi^2/3) q[0];
maj q[0],q[1],q[2];
barrier q[0],q[3];
measure q[0] -> c[1];
if(c==1) cu1(0.25) q[1],q[2];
reset q;
