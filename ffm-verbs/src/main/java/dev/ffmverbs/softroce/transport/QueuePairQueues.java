// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * The queues of a queue pair, and the receivers of their completions.
 *
 * @param sends              send queue.
 * @param receives           receive queue, or a shared one.
 * @param sendCompletions    receives the completions of the send queue.
 * @param receiveCompletions receives the completions of the receive queue.
 * @param signalAll          whether every send produces a completion ({@code sq_sig_all}).
 */
public record QueuePairQueues(
    SendQueue sends, ReceiveQueue receives, CompletionSink sendCompletions, CompletionSink receiveCompletions,
    boolean signalAll) {
}
