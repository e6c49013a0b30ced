// SPDX-License-Identifier: Apache-2.0

/**
 * Memory protection of the software device. It determines which memory a key names, who may access it, and how it is
 * copied.
 *
 * <p>{@link dev.ffmverbs.softroce.memory.MemoryTable} resolves keys to
 * {@link dev.ffmverbs.softroce.memory.RegisteredMemory}. {@link dev.ffmverbs.softroce.memory.WindowTable} holds the
 * memory windows, whose keys open parts of registered memory to peers. All other classes of the device access user
 * memory only through {@code RegisteredMemory}. Every access goes through the user's own
 * {@link java.lang.foreign.MemorySegment}, so that the JDK checks bounds and liveness again. No packet and no work
 * request can crash the JVM.
 *
 * <p><b>Guarantees.</b> Every aligned group of eight bytes is read and written by one instruction. A concurrent reader
 * sees an old or a new word, never a mixture. Ranges of up to 64 bytes are written in ascending order with release, and
 * read in ascending order with acquire. The order within longer ranges is not defined.
 *
 * <p><b>Threads.</b> Tables are guarded by the dispatch lock of the device. Once that lock is released after a
 * deregistration, no peer can access the memory, because accesses also hold the lock.
 *
 * <p>Depends on the JDK and the constants of {@code dev.ffmverbs.spi} only. Knows no packets and no queue pairs.
 */
package dev.ffmverbs.softroce.memory;
