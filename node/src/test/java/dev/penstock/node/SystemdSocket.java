package dev.penstock.node;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The other end: a datagram socket of AF_UNIX that is bound to a name. */
final class SystemdSocket implements AutoCloseable {
  private static final FunctionDescriptor SOCKET =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor BIND =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor RECEIVE =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private static final FunctionDescriptor CLOSE =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

  private final int socket;

  private SystemdSocket(int socket) {
    this.socket = socket;
  }

  static SystemdSocket bind(String name) {
    try (Arena arena = Arena.ofConfined()) {
      int socket = (int) call("socket", SOCKET).invokeExact(1, 2, 0);
      byte[] path = name.replace('@', '\0').getBytes(StandardCharsets.UTF_8);
      MemorySegment address =
          arena.allocate(MemoryLayout.sequenceLayout(110, ValueLayout.JAVA_BYTE));
      address.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) 1);
      MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
      int answer = (int) call("bind", BIND).invokeExact(socket, address, 2 + path.length);
      if (answer != 0) {
        throw new IllegalStateException("bind " + name);
      }
      return new SystemdSocket(socket);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for a message. */
  String receive() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message =
          arena.allocate(MemoryLayout.sequenceLayout(4096, ValueLayout.JAVA_BYTE));
      long length =
          (long) call("recv", RECEIVE).invokeExact(socket, message, message.byteSize(), 0);
      return new String(
          message.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      int _ = (int) call("close", CLOSE).invokeExact(socket);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static java.lang.invoke.MethodHandle call(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
