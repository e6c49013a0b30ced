// SPDX-License-Identifier: Apache-2.0

/**
 * What verbs, handshakes and heartbeats cost, measured so that the numbers can be compared.
 *
 * <p>This package contains nothing but the map. Dependencies point down; a test checks the packages for cycles, and
 * each of them for what it must not use.
 *
 * <pre>
 * command                                             the bench command line
 * harness    report    jmh                            runs in turns; what is read of them; allocation
 * worker                                              the process that measures one binding
 * rigs.latency  .cluster  .soft  .beats  .scale       ways to measure that need more than one binding's calls
 * binding                                             the Java bindings that are compared
 * result    device                                    figures as data; connected endpoints, timed loops, waits
 * sampling    jucx                                    warm-up and samples; UCX as Java programs use it
 * statistics    process    natives                    medians and percentiles; child processes; the C part
 * </pre>
 */
package dev.ffmverbs.benchmarks;
