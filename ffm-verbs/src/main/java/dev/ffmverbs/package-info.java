// SPDX-License-Identifier: Apache-2.0

/**
 * The verbs API: one class per verbs object, reusable work requests, and completions.
 *
 * <p>Start at {@link dev.ffmverbs.Verbs}, which lists the devices of all providers and opens one by name. The resulting
 * {@link dev.ffmverbs.Context} creates protection domains, memory regions, completion queues and queue pairs.
 *
 * <p><b>Guarantees.</b> Closing an object twice has no effect. An object refuses to close while objects that need it
 * are open, and names them. After {@code close}, every method throws {@link IllegalStateException}. A call in progress
 * in another thread finishes first. No sequence of calls crashes the JVM, as long as memory registered with {@link
 * dev.ffmverbs.ProtectionDomain#register} is not freed before its region is closed, and, on devices of libibverbs, no
 * thread changes a {@link dev.ffmverbs.SendRequest} while another posts it. Its driver reads the same memory.
 *
 * <p><b>Errors.</b> Control operations throw {@link dev.ffmverbs.VerbsException}. When the device lacks the operation,
 * this is an {@link dev.ffmverbs.UnsupportedVerbException}. On the data path, errors of the fabric are values, not
 * exceptions. Posting, polling and every accessor allocate nothing.
 *
 * <p><b>Native access.</b> Only devices of libibverbs need it ({@code --enable-native-access}). Without it, they are
 * missing from {@link dev.ffmverbs.Verbs#devices()}, and {@link dev.ffmverbs.Verbs#unavailableProviders()} gives the
 * reason. Software devices work without it, because this package calls no restricted method. They are
 * faster with it.
 *
 * <p><b>Objects that are not closed.</b> They stay open even when they are unreachable, because a peer with the key may
 * access the memory, and a queue pair may have requests in progress. A context that refuses to close counts the open
 * objects by class in its message.
 *
 * <p><b>Verbs without a Java method.</b> On devices of libibverbs, {@code nativeAddress()} of every object gives the C
 * structure behind it. Package {@code dev.ffmverbs.jextract} has all functions, structures and constants of the C
 * headers. A module asks for it with {@code --add-exports dev.ffmverbs/dev.ffmverbs.jextract=its.name}, because its
 * methods are as unsafe as C. {@code ffm-verbs/NATIVE.md} in the sources has examples.
 *
 * <p><b>Threads.</b> Any thread may use a verbs object, unless a queue is confined to one thread, which makes its calls
 * cheaper ({@link dev.ffmverbs.CompletionQueue#confine}, {@link dev.ffmverbs.QueuePair#confine}, {@link
 * dev.ffmverbs.SharedReceiveQueue#confine}). {@link dev.ffmverbs.SendRequest}, {@link dev.ffmverbs.ReceiveRequest},
 * {@link dev.ffmverbs.WorkCompletions} and {@link dev.ffmverbs.QueuePairAttributes} are buffers, which only one thread
 * at a time may use. A batch of {@link dev.ffmverbs.ExtendedQueuePair} or {@link
 * dev.ffmverbs.ExtendedCompletionQueue} belongs to the thread that opened it.
 *
 * <p><b>Dependencies.</b> This package depends on {@link dev.ffmverbs.spi} and on the constants and structures beneath
 * it. It does not depend on any provider, and it calls no native code.
 */
package dev.ffmverbs;
