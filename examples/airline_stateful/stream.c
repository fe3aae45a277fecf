/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 * Reads one scaled month a line and prints the forecast of the next, with no memory of the past but
 * the states. Built with airline.h and airline.o of keratin compile --entry=step
 * --embed-weights. */
#include "airline.h"

#include <stdio.h>

/* All the memory there is: no heap. */
static _Alignas(KRT_ALIGNMENT) char workspace[AIRLINE_STEP_WORKSPACE_BYTES];
static _Alignas(KRT_ALIGNMENT) char states[AIRLINE_STATES_BYTES];

int main(void) {
  if (airline_init(workspace, sizeof workspace, NULL) != KRT_OK ||
      airline_reset_states(states) != KRT_OK || airline_set_states(workspace, states) != KRT_OK)
    return 1;
  float month, forecast;
  const void *inputs[AIRLINE_INPUTS] = {&month};
  void *outputs[AIRLINE_OUTPUTS] = {&forecast};
  while (scanf("%f", &month) == 1) {
    int status = airline_step(workspace, airline_weights, 1, inputs, outputs);
    if (status != KRT_OK)
      return status;
    printf("%.4f\n", forecast);
  }
  return 0;
}
