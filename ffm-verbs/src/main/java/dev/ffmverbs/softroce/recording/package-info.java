// SPDX-License-Identifier: Apache-2.0

/**
 * What a software device tells the JDK Flight Recorder: its counters, and when a connection does not run smoothly.
 *
 * <ul>
 *   <li>{@code dev.ffmverbs.softroce.Counter}, periodic, once in a second unless the recording says otherwise: one
 *       counter of one open device, for each that is not zero;
 *   <li>{@code dev.ffmverbs.softroce.Retransmission}: a queue pair goes back and sends again, and why;
 *   <li>{@code dev.ffmverbs.softroce.Nak}: a queue pair sent or received a negative acknowledgement.
 * </ul>
 *
 * <p><b>Guarantees.</b> The events are on in every recording, and rare: nothing is recorded per packet or operation.
 * While nobody records, they cost one read of a flag, and only where something went wrong. Recording allocates.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.softroce.recording;
