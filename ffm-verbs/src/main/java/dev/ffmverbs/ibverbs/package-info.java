// SPDX-License-Identifier: Apache-2.0

/**
 * The provider of the kernel's RDMA devices: libibverbs for verbs, librdmacm for connections.
 *
 * <p>The only package that calls these libraries, and the only one that uses the generated layouts: for exported
 * functions, and for structures that never leave it. Structures that cross the provider interface, and all numbers in
 * them, it takes from there like any other provider. What the headers do in inline functions and macros is written
 * here: {@link dev.ffmverbs.ibverbs.HeaderDispatch} for the control path, {@link dev.ffmverbs.ibverbs.DataPath} for
 * posting and polling through function pointers. Control calls go through {@link dev.ffmverbs.ibverbs.ControlFunction},
 * which captures {@code errno}; those that register memory are linked exactly, in
 * {@link dev.ffmverbs.ibverbs.MemoryCalls}.
 *
 * <p><b>Guarantees.</b> Every class here can be loaded on a machine without the libraries; the provider then reports
 * itself unavailable. Posting and polling allocate nothing.
 *
 * <p>Depends on {@code dev.ffmverbs.spi} and {@code jextract}; never on the public classes.
 */
package dev.ffmverbs.ibverbs;
