# A clean Debian machine that builds and tests the book with the README's two commands.
FROM python:3.11-slim-bookworm
WORKDIR /book
COPY apt.txt ./
RUN apt-get update \
    && apt-get install --yes --no-install-recommends $(cat apt.txt) \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN make .venv/.ready
CMD ["make", "book", "test"]
