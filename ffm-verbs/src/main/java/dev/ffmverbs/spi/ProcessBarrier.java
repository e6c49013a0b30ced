// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * A memory barrier that one thread executes for all threads of this process ({@code membarrier(2)} with {@code
 * MEMBARRIER_CMD_PRIVATE_EXPEDITED}).
 *
 * <p>It lets a pair of threads agree at the cost of one of them. A frequent thread writes, then reads, with nothing in
 * between but an order for the compiler; a rare thread writes, executes this barrier, then reads. At least one of the
 * two reads what the other wrote.
 */
@FunctionalInterface
public interface ProcessBarrier {

    /**
     * Executes the barrier: when this returns, every running thread of this process has passed a point at which all
     * its accesses to memory so far were complete and none that follows had begun.
     *
     * @throws ProviderException when the kernel refuses.
     */
    void execute() throws ProviderException;
}
