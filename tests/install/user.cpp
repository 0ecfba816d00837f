// user.c in C++: the header is good for both.
#include <egad.h>

#include <iostream>
#include <vector>

int main()
{
    const std::vector<float> scores = { 0.1f, 0.2f, 0.9f };
    const std::vector<unsigned char> y = { 0, 0, 1 };
    egad_metrics m;
    if (egad_metrics_compute(&m, scores.data(), y.data(), scores.size(), 0.3) != EGAD_OK) {
        std::cerr << egad_status_last() << "\n";
        return 1;
    }
    std::cout << "egad " << egad_status_version() << ", f1 " << m.f1 << "\n";
}
