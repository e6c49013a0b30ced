// SPDX-License-Identifier: Apache-2.0

/**
 * Values that a node is configured with, and values in which it reports: immutable, and free of I/O.
 *
 * <p>They are the vocabulary that a program shares with every layer of a node. A program names them in its
 * configuration and gets them from its {@link dev.ffmverbs.ccm.SessionListener}; the layers below the node hand them up
 * unchanged. How they are laid in bytes is known only to the layers that write and read those bytes.
 *
 * <p><b>Guarantees.</b> All of them may be used by any thread.
 *
 * <p>Depends on the values of {@code dev.ffmverbs} alone, and on no other package of the connection manager.
 */
package dev.ffmverbs.ccm.value;
