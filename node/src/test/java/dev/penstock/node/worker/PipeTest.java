package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class PipeTest {
  @Test
  void lines_areReadAsTheyAre() throws IOException {
    Reader log = new StringReader("one\r\n\nthree");
    assertThat(Pipe.line(log)).contains("one");
    assertThat(Pipe.line(log)).contains("");
    assertThat(Pipe.line(log)).contains("three");
    assertThat(Pipe.line(log)).isEmpty();
  }

  /** A library that never ends its line must not fill the daemon's memory. */
  @Test
  void ofALongLine_theBeginningIsKept() throws IOException {
    Reader log = new Endless(1L << 24);
    assertThat(Pipe.line(log).orElseThrow()).hasSize(2000).containsOnlyOnce("x".repeat(2000));
    assertThat(Pipe.line(log)).isEmpty();
  }

  /** So many letters without a line's end. */
  private static final class Endless extends Reader {
    private long left;

    Endless(long length) {
      this.left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(char[] buffer, int from, int length) {
      int letter = read();
      if (letter < 0) {
        return -1;
      }
      buffer[from] = (char) letter;
      return 1;
    }

    @Override
    public void close() {}
  }
}
