// SPDX-License-Identifier: Apache-2.0

/**
 * The values with which a node is configured and in which it reports. They are immutable and do no I/O.
 *
 * <p>They are the vocabulary that a program shares with every layer of a node. A program uses them in its configuration
 * and gets them from its {@link dev.ffmverbs.ccm.SessionListener}. The layers below the node pass them up unchanged.
 * Only the layers that write and read their bytes know how the values are encoded.
 *
 * <p><b>Guarantees.</b> All of them are thread-safe.
 *
 * <p>Depends on the values of {@code dev.ffmverbs} alone, and on no other package of the connection manager.
 */
package dev.ffmverbs.ccm.value;
