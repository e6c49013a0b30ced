// SPDX-License-Identifier: Apache-2.0

// The end whose memory is read and written.

#ifndef RESPONDER_H
#define RESPONDER_H

#include "trains.h"

// Creates the responder of an end, with memory for everything that is read and written there.
struct responder *new_responder(struct end *end, uint64_t memory_bytes);

// Answers until the program ends. A thread's body.
void *respond_to_all(void *responder);

#endif
