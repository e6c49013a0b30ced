// SPDX-License-Identifier: Apache-2.0

/**
 * Futures for requests: {@link dev.ffmverbs.async.CompletionFutures} posts requests of any number of queue pairs, waits
 * for their completions in a thread, and completes a {@link java.util.concurrent.CompletableFuture} for each.
 *
 * <p>It is for programs with at most some ten thousand requests per second, and for the beginning and the end of those
 * with more: a future costs some hundred bytes and a hand-over between threads. Programs that count in microseconds
 * poll the completion queue themselves.
 *
 * <p><b>Guarantees.</b> Every future completes: with the request's completion, or with an exception that says why
 * there is none, at the latest when the futures are closed. The number of outstanding requests is bounded. A stage that
 * throws or blocks affects no other future. All types are thread-safe.
 *
 * <p><b>Dependencies.</b> This package depends on the public objects of {@code dev.ffmverbs}.
 */
package dev.ffmverbs.async;
