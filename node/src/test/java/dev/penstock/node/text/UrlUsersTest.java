package dev.penstock.node.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlUsersTest {
  @ParameterizedTest
  @CsvSource({
    "s3://user:secret@host/film.mp4, s3://***@host/film.mp4",
    "s3://user:pa@ss@host/a@b.mp4, s3://***@host/a@b.mp4",
    "https://host/a@b.mp4, https://host/a@b.mp4",
    "https://host?to=a@b, https://host?to=a@b",
    "/srv/a@b.mp4, /srv/a@b.mp4",
  })
  void usersAreHidden_andNothingElse(String text, String shown) {
    assertThat(UrlUsers.hidden(text, "***@")).isEqualTo(shown);
  }
}
