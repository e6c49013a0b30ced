// SPDX-License-Identifier: Apache-2.0

/**
 * One owner of a pair: at most one of two nodes holds a term at any time, and an arbiter stores who has won it.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.ccm.ownership;
