package dev.penstock.av;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avutil;

/** A libav call that failed: its code, what it was doing, to what, and libav's last word on it. */
public final class AvException extends RuntimeException {
  /** What is not there cannot be done: {@code Function not implemented}. */
  static final int ENOSYS = -38;

  private static final int MESSAGE_BYTES = 128;

  private final Kind kind;
  private final int code;
  private final String operation;
  private final String subject;
  private final String lastLog;

  AvException(int code, String operation, String subject, String lastLog) {
    this(DeviceWords.kind(lastLog).orElse(Kind.of(code)), code, operation, subject, lastLog);
  }

  AvException(Kind kind, int code, String operation, String subject, String lastLog) {
    super(
        operation
            + " "
            + subject
            + ": "
            + text(code)
            + (lastLog.isEmpty() ? "" : " (" + lastLog + ")"));
    this.kind = kind;
    this.code = code;
    this.operation = operation;
    this.subject = subject;
    this.lastLog = lastLog;
  }

  /** The funnel every return code goes through. Returns {@code code} unless it is negative. */
  static int check(int code, String operation, String subject, LogScope log) {
    if (code < 0) {
      throw of(code, operation, subject, log);
    }
    return code;
  }

  /** Quotes what libav said of the device, when it did, and its last line otherwise. */
  static AvException of(int code, String operation, String subject, LogScope log) {
    String device = log.deviceError();
    String line = device.isEmpty() ? log.lastLine(text(code)) : device;
    return new AvException(code, operation, subject, line);
  }

  /** As {@link #check}, for calls where {@code EAGAIN} and end of stream are answers. */
  static Flow flow(int code, String operation, String subject, LogScope log) {
    requireDevice(operation, subject, log);
    if (code == avutil.AVERROR_EAGAIN()) {
      return Flow.AGAIN;
    }
    if (code == avutil.AVERROR_EOF) {
      return Flow.END;
    }
    check(code, operation, subject, log);
    return Flow.OK;
  }

  /**
   * For calls that a device has a part in: libav loses some of its errors on the way. Copies to and
   * from CUDA, for one, report success when they failed (libavutil/hwcontext_cuda.c).
   */
  static void requireDevice(String operation, String subject, LogScope log) {
    if (log.hasLostDevice()) {
      throw of(avutil.AVERROR_EXTERNAL, operation, subject, log);
    }
  }

  static <T> T requireAllocated(@org.jspecify.annotations.Nullable T pointer, String what) {
    if (pointer == null) {
      throw new AvException(avutil.AVERROR_ENOMEM(), "allocate", what, "");
    }
    return pointer;
  }

  /** libav's text for a code, such as {@code Invalid data found when processing input}. */
  private static String text(int code) {
    byte[] buffer = new byte[MESSAGE_BYTES];
    avutil.av_strerror(code, buffer, buffer.length);
    int length = 0;
    while (length < buffer.length && buffer[length] != 0) {
      length++;
    }
    return new String(buffer, 0, length, StandardCharsets.UTF_8);
  }

  /** libav's error code: negative, an errno or a tag. */
  public int code() {
    return code;
  }

  /** libav's text for the code. */
  public String reason() {
    return text(code);
  }

  public String operation() {
    return operation;
  }

  public String subject() {
    return subject;
  }

  /** The last thing libav logged for the handle; empty when it said nothing. */
  public String lastLog() {
    return lastLog;
  }

  /** What libav said of a device decides; then the code. */
  public Kind kind() {
    return kind;
  }

  /** Errors sorted by what they mean for whoever has to react. */
  public enum Kind {
    INVALID_DATA,
    NOT_FOUND,
    NO_PERMISSION,
    NO_SPACE,
    NO_MEMORY,
    /** The interrupt callback ended it: a deadline, or a cancellation. */
    INTERRUPTED,
    NETWORK,
    /** A disk or a connection failed in the middle. */
    IO,
    /** No such codec, filter, muxer, protocol or option. */
    UNKNOWN_COMPONENT,
    INVALID_ARGUMENT,
    /** A device cannot be reached at all: it is not there, or its driver is missing or too old. */
    DEVICE,
    /** A device that worked has failed, and what runs on it with it. Another may do. */
    DEVICE_LOST,
    /** The device's memory is full. Less work on it, or later, may do. */
    DEVICE_MEMORY,
    /** The driver lets no further session be opened. Once one has ended, it may do. */
    SESSION_LIMIT,
    /** The device, or this build, never does what was asked. */
    UNSUPPORTED,
    OTHER;

    /** Whether it is about a device, and not about the input or the request. */
    public boolean isOfDevice() {
      return switch (this) {
        case DEVICE, DEVICE_LOST, DEVICE_MEMORY, SESSION_LIMIT, UNSUPPORTED -> true;
        default -> false;
      };
    }

    private static final int ENOENT = -2;
    private static final int EIO = -5;
    private static final int EACCES = -13;
    private static final int ENODEV = -19;
    private static final int ENOTDIR = -20;
    private static final int EISDIR = -21;
    private static final int EINVAL = -22;
    private static final int EFBIG = -27;
    private static final int ENOSPC = -28;
    private static final int EROFS = -30;
    private static final int ERANGE = -34;
    private static final int EDQUOT = -122;
    private static final int EPERM = -1;

    static Kind of(int code) {
      if (code == avutil.AVERROR_INVALIDDATA || code == avutil.AVERROR_STREAM_NOT_FOUND) {
        return INVALID_DATA;
      }
      if (code == avutil.AVERROR_EXIT) {
        return INTERRUPTED;
      }
      if (code == avutil.AVERROR_ENOMEM()) {
        return NO_MEMORY;
      }
      if (isHttp(code)) {
        return NETWORK;
      }
      if (isUnknownComponent(code)) {
        return UNKNOWN_COMPONENT;
      }
      return ofErrno(code);
    }

    private static Kind ofErrno(int code) {
      return switch (code) {
        case ENOENT, ENOTDIR -> NOT_FOUND;
        case EPERM, EACCES, EROFS, EISDIR -> NO_PERMISSION;
        case ENOSPC, EDQUOT, EFBIG -> NO_SPACE;
        case EINVAL, ERANGE -> INVALID_ARGUMENT;
        case ENODEV -> DEVICE;
        case EIO -> IO;
        // ENETUNREACH .. EHOSTUNREACH of asm-generic/errno.h
        default -> code <= -100 && code >= -113 ? NETWORK : OTHER;
      };
    }

    private static boolean isHttp(int code) {
      return code == avutil.AVERROR_HTTP_BAD_REQUEST
          || code == avutil.AVERROR_HTTP_UNAUTHORIZED
          || code == avutil.AVERROR_HTTP_FORBIDDEN
          || code == avutil.AVERROR_HTTP_NOT_FOUND
          || code == avutil.AVERROR_HTTP_TOO_MANY_REQUESTS
          || code == avutil.AVERROR_HTTP_OTHER_4XX
          || code == avutil.AVERROR_HTTP_SERVER_ERROR;
    }

    private static boolean isUnknownComponent(int code) {
      return code == avutil.AVERROR_DECODER_NOT_FOUND
          || code == avutil.AVERROR_ENCODER_NOT_FOUND
          || code == avutil.AVERROR_DEMUXER_NOT_FOUND
          || code == avutil.AVERROR_MUXER_NOT_FOUND
          || code == avutil.AVERROR_FILTER_NOT_FOUND
          || code == avutil.AVERROR_PROTOCOL_NOT_FOUND
          || code == avutil.AVERROR_BSF_NOT_FOUND
          || code == avutil.AVERROR_OPTION_NOT_FOUND
          || code == avutil.AVERROR_PATCHWELCOME;
    }
  }
}
