// SPDX-License-Identifier: Apache-2.0

/**
 * The verbs API: one class per verbs object, reusable work requests and completions.
 *
 * <p>Start at {@link dev.ffmverbs.Verbs}: it lists the devices of all providers and opens one by name. From its
 * {@link dev.ffmverbs.Context} come protection domains, memory regions, completion queues and queue pairs.
 *
 * <p><b>Guarantees.</b> Every object closes idempotently and refuses to close while others that need it are open,
 * saying which. After {@code close} every method throws {@link IllegalStateException}; a call in progress in another
 * thread finishes first. No sequence of calls crashes the JVM, as long as memory that was registered with {@link
 * dev.ffmverbs.ProtectionDomain#register} is not freed before its region is closed. Control operations throw {@link
 * dev.ffmverbs.VerbsException}, of the kind {@link dev.ffmverbs.UnsupportedVerbException} when the device has no such
 * operation at all; on the data path what the fabric reports are values, and posting, polling and every
 * accessor allocate nothing.
 *
 * <p><b>Native access.</b> Only devices of libibverbs need it ({@code --enable-native-access}). Without, they are
 * missing from {@link dev.ffmverbs.Verbs#devices()}, {@link dev.ffmverbs.Verbs#unavailableProviders()} says why, and
 * software devices work as ever: this package calls no restricted method.
 *
 * <p><b>Objects that are not closed.</b> They stay open until they are closed, reachable or not: memory may be the
 * target of a peer that has its key, and a queue pair may have requests in progress. What keeps a context from being
 * closed is counted by class in the refusal.
 *
 * <p><b>Threads.</b> Verbs objects may be used from any thread, unless a queue is confined to one, which makes its
 * calls cheaper ({@link dev.ffmverbs.CompletionQueue#confine}, {@link dev.ffmverbs.QueuePair#confine}, {@link
 * dev.ffmverbs.SharedReceiveQueue#confine}). {@link dev.ffmverbs.SendRequest},
 * {@link dev.ffmverbs.ReceiveRequest}, {@link dev.ffmverbs.WorkCompletions} and
 * {@link dev.ffmverbs.QueuePairAttributes} are buffers: one thread at a time. A batch of {@link
 * dev.ffmverbs.ExtendedQueuePair} or {@link dev.ffmverbs.ExtendedCompletionQueue} belongs to the thread that opened it.
 *
 * <p>Depends on {@link dev.ffmverbs.spi}, with the numbers and structures beneath it. It knows no provider and calls no
 * native code.
 */
package dev.ffmverbs;
