// SPDX-License-Identifier: Apache-2.0

/**
 * Fault injection: which faults happen to the packets of a software device, and how often.
 *
 * <p>Packets are lost, duplicated, reordered, corrupted or delayed, or a link is cut in one direction. A seed
 * determines all decisions, so that a failure can be reproduced. {@link dev.ffmverbs.softroce.SoftRoceDevices}
 * describes how to apply such settings to a device, by code or by a system property.
 *
 * <p><b>Dependencies.</b> The JDK alone.
 *
 * <p><b>Guarantees.</b> Settings never change, and the same seed gives the same faults.
 */
package dev.ffmverbs.softroce.faults;
