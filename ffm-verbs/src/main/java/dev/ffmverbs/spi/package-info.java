// SPDX-License-Identifier: Apache-2.0

/**
 * What a provider of RDMA devices implements: the verbs interface, as Java types over the C structures.
 *
 * <p>One interface stands for the operations of one verbs object. Structures cross this boundary as native memory in
 * the layout of {@code <infiniband/verbs.h>}: the public classes of {@code dev.ffmverbs} write an {@code
 * ibv_send_wr}, an {@code ibv_qp_attr} or read an {@code ibv_wc}, and every provider, in C or in Java, reads and
 * writes that same memory.
 *
 * <p>Guarantees a provider gives: operations of different objects may be called from any thread at once; data-path
 * operations ({@code postSend}, {@code postReceive}, {@code poll}) do not allocate and answer with the numbers of
 * their C counterparts; control operations throw {@link dev.ffmverbs.spi.ProviderException}. Guarantees a provider
 * may rely on: no operation is called on an object after or during its {@code close}, and parents are closed after
 * their children. The public classes see to both.
 *
 * <p>Providers are found by {@link java.util.ServiceLoader} as {@link dev.ffmverbs.spi.VerbsProvider}.
 *
 * <p>Depends on the JDK alone: neither on the public classes nor on any provider.
 */
package dev.ffmverbs.spi;
