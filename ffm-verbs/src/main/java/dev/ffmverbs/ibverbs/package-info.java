// SPDX-License-Identifier: Apache-2.0

/**
 * The provider of the kernel's RDMA devices: libibverbs for verbs, librdmacm for connections.
 *
 * <p>This is the only package that calls these libraries. It is also the only one that uses the generated layouts, for
 * exported functions and for structures that never leave this package. Like any other provider, it takes the structures
 * that cross the provider interface, and all numbers in them, from that interface.
 *
 * <p>This package also does the work that the headers do in inline functions and macros: {@link
 * dev.ffmverbs.ibverbs.HeaderDispatch} for the control path, {@link dev.ffmverbs.ibverbs.DataPath} for posting and
 * polling through function pointers. Control calls go through {@link dev.ffmverbs.ibverbs.ControlFunction}, which
 * captures {@code errno}. Calls that register memory are linked exactly, in {@link dev.ffmverbs.ibverbs.MemoryCalls}.
 *
 * <p><b>Guarantees.</b> Every class here can be loaded on a machine without the libraries. The provider then reports
 * itself as unavailable. Posting and polling allocate nothing.
 *
 * <p><b>Dependencies.</b> This package depends on {@code dev.ffmverbs.spi} and {@code jextract}. It does not depend on
 * the public classes.
 */
package dev.ffmverbs.ibverbs;
