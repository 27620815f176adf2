package dev.penstock.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code penstock} in company of a library that writes to standard output. */
final class NoisyWorker {
  private NoisyWorker() {}

  public static void main(String[] words) {
    Thread.ofPlatform().daemon().start(NoisyWorker::chatter);
    Penstock.main(words);
  }

  /** As soon as the output is spoken for, which nothing is written to before. */
  private static void chatter() {
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      while (!target(1).equals(target(2))) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < 1000; i++) {
        out.write("libnoise: hello\n".getBytes(StandardCharsets.UTF_8));
        Thread.yield();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path target(int descriptor) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
  }
}
