// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * A memory barrier that one thread executes for all threads of this process ({@code membarrier(2)} with {@code
 * MEMBARRIER_CMD_PRIVATE_EXPEDITED}).
 *
 * <p>It lets two threads synchronize at the cost of only one of them. The frequent thread writes and then reads, with
 * only a compiler fence in between. The rare thread writes, executes this barrier, and then reads. At least one of the
 * two reads what the other wrote.
 */
@FunctionalInterface
public interface ProcessBarrier {

    /**
     * Executes the barrier. When this method returns, every running thread of this process has passed a point at which
     * all its earlier memory accesses were complete and none of its later ones had begun.
     *
     * @throws ProviderException when the kernel refuses.
     */
    void execute() throws ProviderException;
}
