// SPDX-License-Identifier: Apache-2.0

/**
 * The events that a software device records in the JDK Flight Recorder: its counters, and irregularities of
 * connections.
 *
 * <ul>
 *   <li>{@code dev.ffmverbs.softroce.Counter}, periodic, once a second by default: one counter of one open device, for
 *       each counter that is not zero;
 *   <li>{@code dev.ffmverbs.softroce.Retransmission}: a queue pair retransmits, with the reason;
 *   <li>{@code dev.ffmverbs.softroce.Nak}: a queue pair sent or received a negative acknowledgement.
 * </ul>
 *
 * <p>The events are rare, and are enabled in every recording. Without a recording, they cost the test of a flag, and
 * only where something irregular happened. Recording allocates.
 *
 * <p><b>Dependencies.</b> {@code jdk.jfr} alone.
 *
 * <p><b>Guarantees.</b> Nothing is recorded per packet or operation.
 */
package dev.ffmverbs.softroce.recording;
