// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code ccm} command: {@code ccm node} runs one node, {@code ccm witness} the third voice of pairs, {@code ccm
 * demo} plays a scenario with two nodes in two processes, and {@code ccm status} shows the nodes of this user. {@code
 * ccm takeover} and {@code ccm tune} measure a {@code MeasuredPair} of nodes.
 *
 * <p>Uses the public API of {@code dev.ffmverbs.ccm} as any other program would; nothing uses this package. Results go
 * to standard output and errors to standard error.
 *
 * <p>The events of a node become lines in {@code NodeLog}, whose only switch names every
 * event; {@code EventLines} and {@code LiveView} print lines for people, {@code NodeLine.toJson} for programs, and
 * {@code PartnerHistory} remembers what {@code NodeStatus} reports. {@code NodeOwnership} lets a node decide with its
 * partner who of them owns, and {@code OwnershipUses} records for a judge when it used what it owned.
 *
 * <p><b>Guarantees.</b> The exit status is 0 for success, 1 for failure, 2 if the command line is wrong, and 3 if
 * {@code ccm demo} cannot run a scenario here.
 *
 * <p>Depends on what {@code ccm} exports ({@code dev.ffmverbs.ccm}, {@code dev.ffmverbs.ccm.value}, {@code
 * dev.ffmverbs.ccm.mirror}, {@code dev.ffmverbs.ccm.ownership} and {@code dev.ffmverbs.ccm.witness}), on {@code
 * dev.ffmverbs}, {@code dev.ffmverbs.cm}, {@code dev.ffmverbs.softroce} and {@code dev.ffmverbs.softroce.faults}, and
 * on picocli and Jackson jr. Nothing depends on it.
 */
package dev.ffmverbs.ccm.command;
