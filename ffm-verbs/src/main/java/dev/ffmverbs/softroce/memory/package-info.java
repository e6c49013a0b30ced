// SPDX-License-Identifier: Apache-2.0

/**
 * Memory protection of the software device: which memory a key names, who may do what to it, and how it is copied.
 *
 * <p>{@link dev.ffmverbs.softroce.memory.MemoryTable} resolves keys; what it hands out,
 * {@link dev.ffmverbs.softroce.memory.RegisteredMemory}, is the only way any other class of the device reaches user
 * memory. Every access goes through the user's own {@link java.lang.foreign.MemorySegment}, so bounds and liveness are
 * checked by the JDK once more: no packet and no work request can make the JVM crash.
 *
 * <p><b>Guarantees.</b> Every aligned group of eight bytes is read and written by one instruction: a concurrent reader
 * sees an old or a new word, never a mixture. Within 64 bytes words are written in ascending order with release, and
 * read so with acquire; the order within longer ranges is not defined.
 *
 * <p><b>Threads.</b> Tables are guarded by the device's dispatch lock. Memory deregistered under that lock is out of
 * every peer's reach when the lock is released, because accesses hold it too.
 *
 * <p>Depends on the JDK and on the numbers of {@code dev.ffmverbs.spi} alone: no packet, no queue pair.
 */
package dev.ffmverbs.softroce.memory;
