package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares what we read from a matrix with what the matrix does to a picture, pixel by pixel. */
@ExtendWith(NoLeaks.class)
class OrientationTest {
  private static final int ONE = 1 << 16;
  private static final int WIDTH = 6;
  private static final int HEIGHT = 4;
  private static final String PICTURE =
      "nullsrc=size=" + WIDTH + "x" + HEIGHT + ",format=gray,geq=lum=X*10+Y*60";

  /**
   * The eight ways to lay a picture on a table: p' = a p + c q, q' = b p + d q, with q downwards.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 1, 0, false",
    "0, 1, -1, 0, 90, false",
    "-1, 0, 0, -1, 180, false",
    "0, -1, 1, 0, 270, false",
    "-1, 0, 0, 1, 0, true",
    "1, 0, 0, -1, 180, true",
    "0, 1, 1, 0, 270, true",
    "0, -1, -1, 0, 90, true"
  })
  void matrix_isMirroredThenTurned(int a, int b, int c, int d, int rotation, boolean mirrored) {
    int[] matrix = {a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30};
    Orientation orientation = Orientation.of(matrix);
    try (Frame picture = Pictures.of(PICTURE);
        Frame shown = Pictures.filtered(chain(orientation), picture)) {
      assertThat(Pictures.grey(shown)).isEqualTo(placed(Pictures.grey(picture), a, b, c, d));
    }
    assertThat(orientation).isEqualTo(new Orientation(rotation, mirrored));
  }

  private static String chain(Orientation orientation) {
    String turn =
        switch (orientation.rotation()) {
          case 90 -> "transpose=clock";
          case 180 -> "hflip,vflip";
          case 270 -> "transpose=cclock";
          default -> "null";
        };
    return (orientation.mirrored() ? "hflip," : "") + turn;
  }

  /** Each pixel put where the matrix says, moved so that all are in view. */
  private static byte[] placed(byte[] pixels, int a, int b, int c, int d) {
    int width = a != 0 ? WIDTH : HEIGHT;
    int left = Math.min(0, a) * (WIDTH - 1) + Math.min(0, c) * (HEIGHT - 1);
    int top = Math.min(0, b) * (WIDTH - 1) + Math.min(0, d) * (HEIGHT - 1);
    byte[] shown = new byte[pixels.length];
    for (int q = 0; q < HEIGHT; q++) {
      for (int p = 0; p < WIDTH; p++) {
        int x = a * p + c * q - left;
        int y = b * p + d * q - top;
        shown[y * width + x] = pixels[q * WIDTH + p];
      }
    }
    return shown;
  }

  @ParameterizedTest
  @CsvSource({"0", "90", "180", "270"})
  void libavsOwnRotation_isClockwise(int degrees) {
    Natives.load();
    int[] matrix = new int[9];
    avutil.av_display_rotation_set(matrix, degrees);
    assertThat(Orientation.of(matrix)).isEqualTo(new Orientation(degrees, false));
  }

  @ParameterizedTest
  @CsvSource({"0", "90", "180", "270"})
  void libavsOwnFlip_isAfterTheRotation(int degrees) {
    Natives.load();
    int[] matrix = new int[9];
    avutil.av_display_rotation_set(matrix, degrees);
    avutil.av_display_matrix_flip(matrix, 1, 0);
    int[] entries = {matrix[0] / ONE, matrix[1] / ONE, matrix[3] / ONE, matrix[4] / ONE};
    try (Frame picture = Pictures.of(PICTURE);
        Frame shown = Pictures.filtered(chain(Orientation.of(matrix)), picture)) {
      assertThat(Pictures.grey(shown))
          .isEqualTo(
              placed(Pictures.grey(picture), entries[0], entries[1], entries[2], entries[3]));
    }
  }

  @Test
  void slantedOrEmptyMatrix_isNearestOrUpright() {
    Natives.load();
    int[] slanted = new int[9];
    avutil.av_display_rotation_set(slanted, 80);
    assertThat(Orientation.of(slanted)).isEqualTo(new Orientation(90, false));
    assertThat(Orientation.of(new int[9])).isEqualTo(new Orientation(0, false));
  }
}
