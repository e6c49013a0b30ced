// SPDX-License-Identifier: Apache-2.0

/**
 * What a provider of RDMA devices implements: the verbs interface, as Java types over the C structures.
 *
 * <p><b>Purpose.</b> One interface stands for the operations of one verbs object. The public classes of {@code
 * dev.ffmverbs} check arguments, keep parents open while they have children, and call these interfaces. The provider
 * over libibverbs and the software device of this library implement them, and any other module or jar can: {@link
 * java.util.ServiceLoader} finds it as {@link dev.ffmverbs.spi.VerbsProvider}.
 *
 * <p><b>What a provider must have.</b> {@link dev.ffmverbs.spi.VerbsProvider}, {@link
 * dev.ffmverbs.spi.DeviceOperations}, {@link dev.ffmverbs.spi.ContextOperations}, {@link
 * dev.ffmverbs.spi.ProtectionDomainOperations}, {@link dev.ffmverbs.spi.MemoryRegionOperations}, {@link
 * dev.ffmverbs.spi.CompletionChannelOperations}, {@link dev.ffmverbs.spi.CompletionQueueOperations}, {@link
 * dev.ffmverbs.spi.QueuePairOperations}, and, to connect by address and port, {@link
 * dev.ffmverbs.spi.ConnectionManagerOperations} and {@link dev.ffmverbs.spi.ConnectionIdentifierOperations}. All else
 * is optional: its default methods refuse with {@code EOPNOTSUPP}, which the public classes report as {@code
 * UnsupportedVerbException}.
 *
 * <p><b>Structures.</b> They cross this boundary as native memory in the layout of {@code <infiniband/verbs.h>}. {@link
 * dev.ffmverbs.spi.layout} says where each field lies, {@link dev.ffmverbs.spi.constants} what its values mean. A
 * structure that is passed in belongs to the caller and is valid until the method returns. The pointers in it that name
 * verbs objects are the provider's to set: the objects themselves come as arguments. What a provider reports it writes
 * whole; what it does not know it leaves 0.
 *
 * <p><b>Errors.</b> Control operations throw {@link dev.ffmverbs.spi.ProviderException}, with the verb, its arguments,
 * the error number, and what the user can do. They check before they change anything: a refused operation has no
 * effect. Data-path operations answer with the numbers of their C counterparts, and throw nothing. What the fabric
 * reports is a completion with a status, never an exception. A runtime exception means an error within the provider;
 * the public classes let it through.
 *
 * <p><b>Threads.</b> Operations of different objects, and of one object, may be called from any thread at once, unless
 * their interface says otherwise. Methods that wait end at their time, by {@code wakeUp}, and when a virtual thread is
 * interrupted; no other method blocks. {@code postSend}, {@code postReceive} and {@code poll} do not allocate.
 *
 * <p><b>Guarantees</b> that a provider may rely on. No operation is called on an object during or after its {@code
 * close}, and an object is closed before its parents. Arguments are of this provider and not null, unless stated.
 * Memory that is registered stays allocated until the region is closed. The states in which sends can be posted are
 * checked before.
 *
 * <p><b>Events</b> name an object by what created it: an event's {@code element} and the queue that a channel's wait
 * returns are equal to the operations object that the public classes were given.
 *
 * <p><b>Trying a provider.</b> The tests of this module contain a contract that the tests of any provider can implement
 * ({@code dev.ffmverbs.spi.contract}), which they run on all providers they have, and an example of a provider from
 * outside of the module, which forwards to another one ({@code dev.ffmverbs.forwarding}).
 *
 * <p>Depends on the JDK alone, as do the two packages beneath it: neither on the public classes nor on any provider.
 */
package dev.ffmverbs.spi;
