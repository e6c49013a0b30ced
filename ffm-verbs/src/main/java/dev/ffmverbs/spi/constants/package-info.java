// SPDX-License-Identifier: Apache-2.0

/**
 * The numbers of {@code <infiniband/verbs.h>} and {@code <rdma/rdma_cma.h>} that cross the provider interface. Each C
 * enum has a class, and each value in use has a compile-time constant in it.
 *
 * <p>This package is the only place that defines each number. The public enums of {@code dev.ffmverbs}, the provider
 * over libibverbs and the software device use these constants, and so can third-party providers. Tests compare each
 * constant with the value that the C compiler computes from the installed headers.
 *
 * <p>This package depends on the JDK alone, and must stay that way.
 *
 * <p>The headers have no constants for the codes of delays. {@link dev.ffmverbs.spi.constants.RnrTimers} converts them
 * by the table of the InfiniBand specification.
 *
 * <p><b>Guarantees.</b> Every constant of a C enum equals the one in the headers.
 */
package dev.ffmverbs.spi.constants;
