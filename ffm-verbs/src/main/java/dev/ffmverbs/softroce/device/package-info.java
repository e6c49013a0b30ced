// SPDX-License-Identifier: Apache-2.0

/**
 * The verbs objects of the software device, which implement the provider interface on top of a port.
 *
 * <p>Each verbs object has a class. Work requests, completions and attributes are read and written in the C structures
 * that libibverbs uses, by the layouts of the provider interface. The same requests therefore work on the software
 * device and on hardware. Native code is called only to open the descriptors of events, for those who ask for one.
 *
 * <p>Posting takes a lock of the queue, and polling takes none. Both then run the port when it is free.
 *
 * <p><b>Guarantees.</b> Posting and polling allocate nothing.
 *
 * <p>Depends on {@code dev.ffmverbs.spi} and on the layers {@code port}, {@code libc}, {@code
 * dev.ffmverbs.softroce.cm}, {@code message}, {@code transport}, {@code memory}, {@code wire}, {@code faults} and
 * {@code recording}; not on the public API.
 */
package dev.ffmverbs.softroce.device;
