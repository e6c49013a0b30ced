// SPDX-License-Identifier: Apache-2.0

/**
 * The interfaces that a provider of RDMA devices implements: the verbs interface, as Java types over the C structures.
 *
 * <p><b>Purpose.</b> Each interface holds the operations of one verbs object. The public classes of {@code
 * dev.ffmverbs} check arguments, keep parents open while they have children, and call these interfaces. The provider
 * over libibverbs and the software device of this library implement them. Any other module or jar can do so, too:
 * {@link java.util.ServiceLoader} finds it as a {@link dev.ffmverbs.spi.VerbsProvider}.
 *
 * <p><b>Required interfaces.</b> A provider implements {@link dev.ffmverbs.spi.VerbsProvider}, {@link
 * dev.ffmverbs.spi.DeviceOperations}, {@link dev.ffmverbs.spi.ContextOperations}, {@link
 * dev.ffmverbs.spi.ProtectionDomainOperations}, {@link dev.ffmverbs.spi.MemoryRegionOperations}, {@link
 * dev.ffmverbs.spi.CompletionChannelOperations}, {@link dev.ffmverbs.spi.CompletionQueueOperations}, {@link
 * dev.ffmverbs.spi.QueuePairOperations}, and, to connect by address and port, {@link
 * dev.ffmverbs.spi.ConnectionManagerOperations} and {@link dev.ffmverbs.spi.ConnectionIdentifierOperations}. Everything
 * else is optional. Its default methods refuse with {@code EOPNOTSUPP}, which the public classes report as {@code
 * UnsupportedVerbException}.
 *
 * <p><b>Structures.</b> They cross this boundary as native memory in the layout of {@code <infiniband/verbs.h>}. {@link
 * dev.ffmverbs.spi.layout} defines the offset of each field, {@link dev.ffmverbs.spi.constants} the meaning of its
 * values. A structure that is passed in belongs to the caller and is valid until the method returns. The provider sets
 * the pointers in it that name verbs objects; the objects themselves are arguments. A provider fills every field of a
 * structure that it reports, with 0 for a value that it does not know.
 *
 * <p><b>Errors.</b> Control operations throw {@link dev.ffmverbs.spi.ProviderException}, with the verb, its arguments,
 * the error number, and what the user can do. They check before they change anything, so a refused operation has no
 * effect. Data-path operations return the numbers of their C counterparts and throw nothing. An error of the fabric is
 * a completion with a status, never an exception. A runtime exception means an error within the provider, and the
 * public classes pass it on.
 *
 * <p><b>Threads.</b> Operations of different objects, and of one object, may be called from any thread at once, unless
 * their interface says otherwise. Methods that wait end at their timeout, by {@code wakeUp}, and when a virtual thread
 * is interrupted. No other method blocks. {@code postSend}, {@code postReceive} and {@code poll} do not allocate.
 *
 * <p><b>Guarantees</b> that a provider may rely on. No operation is called on an object during or after its {@code
 * close}, and an object is closed before its parents. Arguments belong to this provider and are not null, unless
 * stated. Registered memory stays allocated until the region is closed. The caller checks that a queue pair is in a
 * state in which sends can be posted.
 *
 * <p><b>Events</b> name an object by its operations object. The {@code element} of an event, and the queue that a
 * channel's wait returns, equal the operations object that the provider returned when it created the object.
 *
 * <p><b>Testing a provider.</b> The tests of this module contain a contract that the tests of any provider can
 * implement ({@code dev.ffmverbs.spi.contract}). They run it on all providers of this library. They also contain an
 * example provider outside this module, which forwards to another one ({@code dev.ffmverbs.forwarding}).
 *
 * <p><b>Dependencies.</b> This package and the two packages beneath it depend on the JDK alone, and neither on the
 * public classes nor on any provider.
 */
package dev.ffmverbs.spi;
