// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/** Offsets in C of the fields that the JNI bindings use. The JNI library does not compile if one is wrong. */
final class VerbsLayout {

    static final int COMPLETION_BYTES = 48;
    static final int COMPLETION_IDENTIFIER = 0;
    static final int COMPLETION_STATUS = 8;
    static final int COMPLETION_OPCODE = 12;
    static final int COMPLETION_VENDOR_ERROR = 16;
    static final int COMPLETION_BYTE_LENGTH = 20;
    static final int COMPLETION_QUEUE_PAIR = 28;
    static final int COMPLETION_FLAGS = 36;

    static final int REQUEST_BYTES = 128;
    static final int REQUEST_IDENTIFIER = 0;
    static final int REQUEST_NEXT = 8;
    static final int REQUEST_ELEMENTS = 16;
    static final int REQUEST_ELEMENT_COUNT = 24;
    static final int REQUEST_OPCODE = 28;
    static final int REQUEST_FLAGS = 32;
    static final int REQUEST_REMOTE_ADDRESS = 40;
    static final int REQUEST_RDMA_KEY = 48;
    static final int REQUEST_ATOMIC_ADD = 48;
    static final int REQUEST_ATOMIC_SWAP = 56;
    static final int REQUEST_ATOMIC_KEY = 64;

    static final int RECEIVE_BYTES = 32;
    static final int RECEIVE_ELEMENTS = 16;
    static final int RECEIVE_ELEMENT_COUNT = 24;

    static final int ELEMENT_BYTES = 16;
    static final int ELEMENT_ADDRESS = 0;
    static final int ELEMENT_LENGTH = 8;
    static final int ELEMENT_KEY = 12;

    static final int FLAG_SIGNALED = 2;
    static final int OPCODE_RDMA_WRITE = 1;

    private VerbsLayout() {
    }
}
