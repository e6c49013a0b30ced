// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * Linux error numbers that verbs and connection-manager calls report, and their names.
 *
 * <p>The numbers are those of {@code asm-generic/errno.h}: the same on x86_64 and aarch64.
 */
public final class Errno {

    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such file or object. */
    public static final int ENOENT = 2;

    /** Interrupted. */
    public static final int EINTR = 4;

    /** Input/output error. */
    public static final int EIO = 5;

    /** No such device or address. */
    public static final int ENXIO = 6;

    /** Try again. */
    public static final int EAGAIN = 11;

    /** Out of memory, of locked memory or of queue space. */
    public static final int ENOMEM = 12;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** Bad address. */
    public static final int EFAULT = 14;

    /** Busy. */
    public static final int EBUSY = 16;

    /** Already exists. */
    public static final int EEXIST = 17;

    /** No such device. */
    public static final int ENODEV = 19;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** Too many open files. */
    public static final int EMFILE = 24;

    /** No space left. */
    public static final int ENOSPC = 28;

    /** Broken pipe. */
    public static final int EPIPE = 32;

    /** Out of range. */
    public static final int ERANGE = 34;

    /** Not implemented. */
    public static final int ENOSYS = 38;

    /** No data available. */
    public static final int ENODATA = 61;

    /** Protocol error. */
    public static final int EPROTO = 71;

    /** Value too large. */
    public static final int EOVERFLOW = 75;

    /** Message too long. */
    public static final int EMSGSIZE = 90;

    /** Not supported. */
    public static final int EOPNOTSUPP = 95;

    /** Address family not supported. */
    public static final int EAFNOSUPPORT = 97;

    /** Address in use. */
    public static final int EADDRINUSE = 98;

    /** Address not available on this machine. */
    public static final int EADDRNOTAVAIL = 99;

    /** Network is down. */
    public static final int ENETDOWN = 100;

    /** Network unreachable. */
    public static final int ENETUNREACH = 101;

    /** Connection aborted. */
    public static final int ECONNABORTED = 103;

    /** Connection reset. */
    public static final int ECONNRESET = 104;

    /** No buffer space. */
    public static final int ENOBUFS = 105;

    /** Already connected. */
    public static final int EISCONN = 106;

    /** Not connected. */
    public static final int ENOTCONN = 107;

    /** Timed out. */
    public static final int ETIMEDOUT = 110;

    /** Connection refused. */
    public static final int ECONNREFUSED = 111;

    /** Host is down. */
    public static final int EHOSTDOWN = 112;

    /** No route to host. */
    public static final int EHOSTUNREACH = 113;

    /** Already in progress. */
    public static final int EALREADY = 114;

    /** In progress. */
    public static final int EINPROGRESS = 115;

    /** Cancelled. */
    public static final int ECANCELED = 125;

    /** Not supported by the kernel, which uses this number only internally and yet lets some programs see it. */
    public static final int ENOTSUPP = 524;

    private Errno() {
    }

    /**
     * Returns the name of an error number.
     *
     * @param errno a positive error number.
     * @return its symbolic name such as {@code ENOMEM}, or {@code "errno"} when this class does not list it.
     */
    public static String name(final int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case EINTR -> "EINTR";
            case EIO -> "EIO";
            case ENXIO -> "ENXIO";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case EFAULT -> "EFAULT";
            case EBUSY -> "EBUSY";
            case EEXIST -> "EEXIST";
            case ENODEV -> "ENODEV";
            case EINVAL -> "EINVAL";
            case EMFILE -> "EMFILE";
            case ENOSPC -> "ENOSPC";
            case EPIPE -> "EPIPE";
            case ERANGE -> "ERANGE";
            case ENOSYS -> "ENOSYS";
            case ENODATA -> "ENODATA";
            case EPROTO -> "EPROTO";
            case EOVERFLOW -> "EOVERFLOW";
            case EMSGSIZE -> "EMSGSIZE";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EAFNOSUPPORT -> "EAFNOSUPPORT";
            case EADDRINUSE -> "EADDRINUSE";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL";
            case ENETDOWN -> "ENETDOWN";
            case ENETUNREACH -> "ENETUNREACH";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case ENOBUFS -> "ENOBUFS";
            case EISCONN -> "EISCONN";
            case ENOTCONN -> "ENOTCONN";
            case ETIMEDOUT -> "ETIMEDOUT";
            case ECONNREFUSED -> "ECONNREFUSED";
            case EHOSTDOWN -> "EHOSTDOWN";
            case EHOSTUNREACH -> "EHOSTUNREACH";
            case EALREADY -> "EALREADY";
            case EINPROGRESS -> "EINPROGRESS";
            case ECANCELED -> "ECANCELED";
            case ENOTSUPP -> "ENOTSUPP";
            default -> "errno";
        };
    }

    /**
     * Describes an error number by its name, number and meaning.
     *
     * @param errno a positive error number.
     * @return a phrase such as {@code ENOMEM (12, out of memory, of locked memory or of queue space)}.
     */
    public static String describe(final int errno) {
        return name(errno) + " (" + errno + ", " + explanation(errno) + ")";
    }

    private static String explanation(final int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted";
            case ENOENT -> "no such file or object";
            case EINTR -> "interrupted";
            case EIO -> "input/output error";
            case ENXIO -> "no such device or address";
            case EAGAIN -> "try again";
            case ENOMEM -> "out of memory, of locked memory or of queue space";
            case EACCES -> "permission denied";
            case EFAULT -> "bad address";
            case EBUSY -> "busy";
            case EEXIST -> "already exists";
            case ENODEV -> "no such device";
            case EINVAL -> "invalid argument";
            case EMFILE -> "too many open files";
            case ENOSPC -> "no space left";
            case EPIPE -> "broken pipe";
            case ERANGE -> "out of range";
            case ENOSYS -> "not implemented";
            case ENODATA -> "no data available";
            case EPROTO -> "protocol error";
            case EOVERFLOW -> "value too large";
            case EMSGSIZE -> "message too long";
            case EOPNOTSUPP -> "not supported";
            case EAFNOSUPPORT -> "address family not supported";
            case EADDRINUSE -> "address in use";
            case EADDRNOTAVAIL -> "address not available on this machine";
            case ENETDOWN -> "network is down";
            case ENETUNREACH -> "network unreachable";
            case ECONNABORTED -> "connection aborted";
            case ECONNRESET -> "connection reset";
            case ENOBUFS -> "no buffer space";
            case EISCONN -> "already connected";
            case ENOTCONN -> "not connected";
            case ETIMEDOUT -> "timed out";
            case ECONNREFUSED -> "connection refused";
            case EHOSTDOWN -> "host is down";
            case EHOSTUNREACH -> "no route to host";
            case EALREADY -> "already in progress";
            case EINPROGRESS -> "in progress";
            case ECANCELED -> "cancelled";
            case ENOTSUPP -> "not supported by the kernel";
            default -> "see errno(3)";
        };
    }
}
