// SPDX-License-Identifier: Apache-2.0

/**
 * Faults on purpose: what is to go wrong with a software device's packets, and how often.
 *
 * <p>Packets get lost, doubled, reordered, corrupted or delayed, or a link is cut in one direction.
 * {@link dev.ffmverbs.softroce.SoftRoceDevices} says how to give such settings to a device, by code or by a system
 * property.
 *
 * <p><b>Guarantees.</b> Settings never change. Everything follows from a seed, so that what broke once breaks again.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.softroce.faults;
