// SPDX-License-Identifier: Apache-2.0

/**
 * The numbers of {@code <infiniband/verbs.h>} and {@code <rdma/rdma_cma.h>} that cross the provider interface: one
 * class for each C enum, and in it one compile-time constant for each value in use.
 *
 * <p>Each number is written down here and nowhere else. The public enums of {@code dev.ffmverbs}, the provider over
 * libibverbs and the software device take it from here, and so can a provider of another maker. Tests compare each
 * constant with what the C compiler makes of the installed headers.
 *
 * <p>This package depends on the JDK alone, and must stay that way.
 *
 * <p><b>Guarantees.</b> Every number is that of the C headers.
 */
package dev.ffmverbs.spi.constants;
