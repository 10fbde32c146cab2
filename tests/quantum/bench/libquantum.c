// A circuit in libquantum (Butscher and Weimer, 2004), as engine.cpp prints it:
// lines "h target", "rz target angle" and "cx control target" after one with
// the number of qubits. Prints the time in ms.
#include <complex.h>
#include <quantum.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(int count, char** arguments) {
  FILE* file = count > 1 ? fopen(arguments[1], "r") : NULL;
  int qubits;
  if (file == NULL || fscanf(file, "%d", &qubits) != 1) return 1;
  quantum_reg reg = quantum_new_qureg(0, qubits);
  char name[8];
  int qubit;
  double argument;
  struct timespec begin;
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  while (fscanf(file, "%7s %d", name, &qubit) == 2) {
    if (strcmp(name, "h") == 0) {
      quantum_hadamard(qubit, &reg);
    } else if (fscanf(file, "%lf", &argument) != 1) {
      return 1;
    } else if (strcmp(name, "rz") == 0) {
      quantum_r_z(qubit, (float)argument, &reg);
    } else {
      quantum_cnot(qubit, (int)argument, &reg);
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  double sum = 0;
  for (int i = 0; i < reg.size; i++) sum += quantum_prob(reg.amplitude[i]);
  if (sum < 0.99 || sum > 1.01) return 1;
  printf("%.3f\n", (double)(end.tv_sec - begin.tv_sec) * 1e3 +
                       (double)(end.tv_nsec - begin.tv_nsec) / 1e6);
  return 0;
}
