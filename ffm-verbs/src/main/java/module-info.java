// SPDX-License-Identifier: Apache-2.0

import dev.ffmverbs.ibverbs.IbverbsProvider;
import dev.ffmverbs.softroce.SoftRoceProvider;
import dev.ffmverbs.spi.VerbsProvider;

/**
 * RDMA verbs for Java: libibverbs and librdmacm over the Foreign Function and Memory API, and a software RoCEv2 device.
 *
 * <p>Users need {@link dev.ffmverbs} and, to connect by address and port, {@link dev.ffmverbs.cm}; to set up software
 * devices other than {@code soft0} at 127.0.0.1, {@link dev.ffmverbs.softroce}. Above them are futures for requests, in
 * {@link dev.ffmverbs.async}, and messages through memory, in {@link dev.ffmverbs.ring}. Devices of
 * libibverbs need native access, {@code --enable-native-access=dev.ffmverbs}; software devices do not.
 *
 * <p>Package {@code dev.ffmverbs.jextract} is not exported. Its methods read and call any address with the native access
 * of this module, so only those who start a program can open it to another module, with {@code --add-exports}.
 */
module dev.ffmverbs {
    requires jdk.jfr;
    requires jdk.net;

    exports dev.ffmverbs;
    exports dev.ffmverbs.async;
    exports dev.ffmverbs.cm;
    exports dev.ffmverbs.ring;
    exports dev.ffmverbs.softroce;
    exports dev.ffmverbs.softroce.faults;
    exports dev.ffmverbs.spi;
    exports dev.ffmverbs.spi.constants;
    exports dev.ffmverbs.spi.layout;

    uses VerbsProvider;

    provides VerbsProvider with IbverbsProvider, SoftRoceProvider;
}
